"""What several test folders share: a toy compiler, toy projects, and running doit and clysm in them."""
