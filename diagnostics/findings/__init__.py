"""What causes share to build a finding: words, quoted lines, exact commands, fixes of settings and probes."""
