"""What any carrier, store or replacement of a service must do."""
