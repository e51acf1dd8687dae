"""What cannot be told from a table and is asked, rather than guessed."""
