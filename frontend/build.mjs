/** Builds attnviz/static: one ES module and one stylesheet. Equal sources give equal bytes. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const STATIC = fileURLToPath(new URL("../attnviz/static/", import.meta.url));

/** @type {esbuild.BuildOptions} */
const options = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { attnviz: "src/index.ts" },
  outdir: STATIC,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  logLevel: "info",
};

/** Python inlines the module into a page: it looks for one export statement at the end, and no text
 *  may end the script or style element that holds it. */
async function check() {
  const script = await readFile(`${STATIC}attnviz.js`, "utf8");
  const style = await readFile(`${STATIC}attnviz.css`, "utf8");
  const statements = script.match(/\bexport\s*\{/g) ?? [];
  const ending = /export\{\w+ as mount,\w+ as mountPage\};\s*$/;
  if (statements.length !== 1 || !ending.test(script.replaceAll("$", "_"))) {
    throw new Error("attnviz.js must end in its only export{X as mount,Y as mountPage};");
  }
  for (const [name, text] of [
    ["attnviz.js", script],
    ["attnviz.css", style],
  ]) {
    if (/<\/(script|style)|<!--/i.test(text))
      throw new Error(`${name} would end its element early`);
  }
  if (/\bimport\s*\(|https?:\/\/(?!www\.w3\.org\/)/.test(script)) {
    throw new Error("attnviz.js must load nothing and name no address");
  }
}

if (process.argv.includes("--watch")) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
  await check();
}
