"""The clusters that are served: what each of them is made of, and which of them something is about."""
