"""From a source (folders, archives, files, standard input) to rows: what a file is, what was checked, what matched."""
