"""The warehouse as one page to look at: `page` writes it, `charts` draws its pictures."""
