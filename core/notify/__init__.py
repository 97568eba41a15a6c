"""From event to person: who must hear it, by which channel, once per channel and recipient, however often it takes."""
