"""Bills of materials as other systems export them: where their tables stand, and what their columns mean."""
