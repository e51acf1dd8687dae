"""Where the tables of a sheet stand: their headers, columns, titles and rows."""
