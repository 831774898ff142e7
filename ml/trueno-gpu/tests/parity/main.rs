//! Every WGSL kernel compared with trueno on the processor, on every adapter of this machine.

mod close;
mod elementwise;
mod product;
mod reduce;
mod rows;
mod top_k;
mod trouble;
