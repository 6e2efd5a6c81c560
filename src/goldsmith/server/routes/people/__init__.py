"""Routes about people: accounts, profiles, groups, joining, terms and exams, one module each."""
