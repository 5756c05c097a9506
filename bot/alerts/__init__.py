"""Alerts as other systems send them, read without asking anybody: what each one is about, and why it is read so."""
