/** kernel.wasm, compiled once in each thread. */
export declare const kernelModule: WebAssembly.Module
