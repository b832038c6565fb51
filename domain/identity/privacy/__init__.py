"""What people may ask of what is known of them: consent, a copy, to be forgotten; and how long anything is kept."""
