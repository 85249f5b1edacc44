"""What every other package stands on: errors, settings, files, text. It knows none of them."""
