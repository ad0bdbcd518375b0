"""From passages to something searchable that survives a power cut."""
