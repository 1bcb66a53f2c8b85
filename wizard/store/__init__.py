"""What is kept: profiles and journals on the disk, secrets in the keyring."""
