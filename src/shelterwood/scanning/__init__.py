"""From a source (folders, archives, single files, standard input) to rows: what each file is, what was checked, what matched."""
