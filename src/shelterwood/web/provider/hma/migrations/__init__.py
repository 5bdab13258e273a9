"""Numbers for what banks hold, and for what a look-up found in any list."""
