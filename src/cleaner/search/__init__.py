"""What is asked of the texts: words as they are compared, the query language, and where in a text the words stand."""
