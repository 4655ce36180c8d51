/** MediaPipe's loader, made by scripts/visionFactory.ts from the installed package. Emscripten's factory of a module. */
export interface EmscriptenOptions {
  printErr?: (line: string) => void;
  print?: (line: string) => void;
  instantiateWasm?: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => object;
}

export default function ModuleFactory(options: EmscriptenOptions): Promise<unknown>;
