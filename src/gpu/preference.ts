/** The backends that the project runs on, and what a caller may ask for. */
export type BackendName = 'webgpu' | 'wasm';

/** `auto`: WebGPU on a real GPU, else WebAssembly. A name asks for that backend and for no other. */
export type BackendPreference = 'auto' | BackendName;
