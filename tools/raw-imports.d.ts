/** The bundler of the tests hands over a file's exact text under this suffix. */
declare module "*?raw" {
  const text: string;
  export default text;
}
