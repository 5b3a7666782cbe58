"""What is true: the words, tables and rules of the product. Pure, standard library only, no clock, no I/O."""
