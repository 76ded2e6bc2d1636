"""The parts of the page, one file each: a function from documents to HTML."""
