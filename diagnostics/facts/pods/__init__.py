"""The pod itself: its containers, events, lifetimes, node, memory, images, and how it went away."""
