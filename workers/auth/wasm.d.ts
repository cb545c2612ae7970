// The bundler hands over a compiled module (rules in wrangler.toml); workerd forbids compiling bytes at run time.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
