//! The same pictures by wgpu.
