/*
 * Each folder of src/ and what it may import beside itself; docs/architecture.md says why. A file name in a list lets
 * in that file alone: `model/model.ts` holds only types, the agreement between folders.
 */
const MODEL = "model/model";
const MAY_IMPORT = {
  core: [],
  expression: ["core"],
  functions: ["core", "expression"],
  document: ["core"],
  diagram: ["core"],
  notation: ["core", "document"],
  contraction: ["core", "expression"],
  print: ["core", "expression", "functions", "contraction", MODEL],
  evaluate: ["core", "expression", "functions", "contraction", MODEL],
  decide: ["core", "expression", "functions", "contraction", "print", "evaluate", MODEL],
  model: ["core", "expression", "functions", "document", "notation", "contraction", "print", "evaluate", "decide"],
  derive: ["core", "expression", "functions", "contraction", "print", "evaluate", "decide", "model"],
  vectorize: ["core", "expression", "functions", "contraction", "print", "evaluate", "decide", MODEL],
  check: [
    ...["core", "expression", "functions", "document", "notation", "contraction", "print", "evaluate", "decide"],
    ...["model", "derive", "vectorize"],
  ],
  cost: ["core", "expression", "functions", "model", "derive"],
  graph: ["core", "expression", "functions", "contraction", "print", "evaluate", "decide", "derive", MODEL],
  session: [
    ...["core", "expression", "functions", "document", "notation", "contraction", "print", "evaluate", "decide"],
    ...["model", "derive", "vectorize", "check", "cost", "graph", "diagram"],
  ],
  grade: [
    ...["core", "expression", "functions", "document", "notation", "contraction", "print", "evaluate", "decide"],
    ...["model", "derive", "vectorize", "check", "session"],
  ],
  render: [
    ...["core", "expression", "functions", "contraction", "print", "evaluate", "decide"],
    ...["model", "derive", "vectorize", "check", "session"],
  ],
};

const folders = Object.keys(MAY_IMPORT).join("|");
const layers = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `layer-${folder}`,
  severity: "error",
  comment: `src/${folder} may import only: ${allowed.join(", ") || "nothing"}`,
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: [folder, ...allowed].map((name) => `^src/${name}[/.]`) },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: "known-folder",
      severity: "error",
      comment: "a new folder needs a row in MAY_IMPORT",
      from: { path: "^src/", pathNot: `^src/(index\\.ts|cli/|(${folders})/)` },
      to: {},
    },
    {
      name: "no-circular",
      severity: "error",
      // Within a folder functions may call each other in a circle, as those of a recursive reader do.
      comment: "arrows point one way",
      from: { path: "^src/([^/]+)/" },
      to: { circular: true, via: { pathNot: "^src/$1/" } },
    },
    {
      name: "runs-in-a-browser",
      severity: "error",
      comment: "only src/cli may touch files, processes or a terminal",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "cli-is-a-leaf",
      severity: "error",
      comment: "nothing imports the program",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "no-development-package",
      severity: "error",
      comment: "what ships may use only what is installed with it",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], pathNot: "@types/" },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "every import must be found",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs", ".json"] },
  },
};
