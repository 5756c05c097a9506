"""What Kubernetes itself says, typed once: no log line is read here."""
