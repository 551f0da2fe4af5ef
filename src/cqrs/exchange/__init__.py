"""How figures travel: pure reading and writing of files, without a database."""
