import { existsSync } from "node:fs";
import { run, works } from "./process.mjs";

/** What some tests need beside Node, the Debian packages that bring it, and how to see that it is there. */
const NEEDS = [
  {
    packages: ["python3-numpy"],
    there: () => ["python3", "/usr/bin/python3"].some((command) => works(command, ["-c", "import numpy"])),
  },
  {
    packages: ["texlive-latex-base", "texlive-latex-recommended", "texlive-pictures"],
    there: () =>
      works("pdflatex", ["--version"]) && works("kpsewhich", ["amsmath.sty"]) && works("kpsewhich", ["tikz.sty"]),
  },
  { packages: ["poppler-utils"], there: () => works("pdftotext", ["-v"]) },
  { packages: ["chromium"], there: () => works("chromium", ["--version"]) || existsSync("/usr/bin/chromium") },
];

/** Installs from Debian what is missing, where that is possible; the tests say what they skip otherwise. */
export function installDebianPackages() {
  const missing = () => NEEDS.filter((need) => !need.there()).flatMap((need) => need.packages);
  const wanted = missing();
  if (wanted.length === 0) return;
  const apt = aptGet();
  if (apt === null) {
    console.log(`not installed, and apt-get cannot be run here: ${wanted.join(", ")}`);
    return;
  }
  console.log(`installing from Debian: ${wanted.join(", ")}`);
  const [command, ...before] = apt;
  const quiet = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: ["ignore", "ignore", "inherit"] };
  const install = (packages) =>
    run(command, [...before, "install", "-y", "-qq", "--no-install-recommends", ...packages], quiet) === 0;
  run(command, [...before, "update", "-qq"], quiet);
  // One package that the mirror lacks must not keep the others away.
  if (!install(wanted)) for (const name of wanted) install([name]);
  const still = missing();
  if (still.length > 0) console.log(`could not be installed: ${still.join(", ")}`);
}

function aptGet() {
  if (!works("apt-get", ["--version"])) return null;
  if (process.getuid?.() === 0) return ["apt-get"];
  return works("sudo", ["-n", "true"]) ? ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"] : null;
}
