"""What can be filled in, one file per form: how it is drawn, and what its fields become when it is sent off."""
