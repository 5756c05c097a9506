"""What programs print when they die, one TOML file per technology."""
