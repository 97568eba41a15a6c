"""The demo: a made-up organization with a month behind it, built through the same deeds that everybody uses."""
