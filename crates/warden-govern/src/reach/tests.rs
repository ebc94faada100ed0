mod chains;
mod cuts;
mod made;
mod sets;
mod tables;
