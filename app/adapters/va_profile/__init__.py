"""VA Profile, where VA.gov keeps its preferences, as a system that can hold them."""
