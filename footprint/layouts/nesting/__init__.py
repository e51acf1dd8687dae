"""What is part of what: by levels, numbers, pairs and tables of their own."""
