"""What any client here is asked about its other side."""
