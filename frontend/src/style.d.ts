/** esbuild gathers what is imported for its styles into attnviz.css. */
declare module "*.css";
