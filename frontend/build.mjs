/** Builds attnviz/static: the page as one ES module and one stylesheet, the script with which Python draws
 *  figures, and the module that puts the page into a live notebook. Equal sources give equal bytes. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const STATIC = fileURLToPath(new URL("../attnviz/static/", import.meta.url));

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  outdir: STATIC,
  bundle: true,
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  logLevel: "info",
};
/** @type {esbuild.BuildOptions[]} */
const bundles = [
  { ...common, entryPoints: { attnviz: "src/index.ts" }, format: "esm" },
  { ...common, entryPoints: { figures: "src/figures/bare.ts" }, format: "iife" },
  { ...common, entryPoints: { widget: "src/widget/index.ts" }, format: "esm" },
];

/** Python inlines the module into a page: it looks for one export statement at the end, and no text
 *  may end the script or style element that holds it. */
async function check() {
  const script = await readFile(`${STATIC}attnviz.js`, "utf8");
  const style = await readFile(`${STATIC}attnviz.css`, "utf8");
  const figures = await readFile(`${STATIC}figures.js`, "utf8");
  const widget = await readFile(`${STATIC}widget.js`, "utf8");
  const statements = script.match(/\bexport\s*\{/g) ?? [];
  const ending = /export\{\w+ as mountPage\};\s*$/;
  if (statements.length !== 1 || !ending.test(script.replaceAll("$", "_"))) {
    throw new Error("attnviz.js must end in its only export{X as mountPage};");
  }
  for (const [name, text] of [
    ["attnviz.js", script],
    ["attnviz.css", style],
  ]) {
    if (/<\/(script|style)|<!--/i.test(text))
      throw new Error(`${name} would end its element early`);
  }
  for (const [name, text] of [
    ["attnviz.js", script],
    ["figures.js", figures],
    ["widget.js", widget],
  ]) {
    if (/\bimport\s*\(|https?:\/\/(?!www\.w3\.org\/)/.test(text))
      throw new Error(`${name} must load nothing and name no address`);
  }
  if (/\b(document|window)\b/.test(figures))
    throw new Error("figures.js runs without a page and must not ask for one");
}

if (process.argv.includes("--watch")) {
  for (const options of bundles) await (await esbuild.context(options)).watch();
} else {
  for (const options of bundles) await esbuild.build(options);
  await check();
}
