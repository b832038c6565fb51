"""What proves a person beside the password: one-time codes, recovery codes, passkeys."""
