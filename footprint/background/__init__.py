"""Background databases: folders of datasets that are opened, searched by code and compiled into intensities."""
