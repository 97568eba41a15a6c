"""Coming into a workspace: the signed link, Slack's OAuth, the pages that a browser sees."""
