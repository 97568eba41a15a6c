"""Microsoft Teams: identity, transport and rendering; nothing but `sdk_botbuilder` imports Microsoft's SDK."""
