//! Source trees against the answers of the real `git`, in repositories made on the spot.

mod attributes;
mod commits;
mod fixture;
mod git_folders;
mod history;
mod hostile;
mod new_code;
mod object_trees;
mod revisions;
mod touched;
mod work_tree;
