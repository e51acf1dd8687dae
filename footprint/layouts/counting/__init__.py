"""Which rows count: sums, headings, substitutes, versions and days are told apart from parts."""
