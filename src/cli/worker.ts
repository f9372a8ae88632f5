import { load } from "./load.js";

/** What a child process of `backproof grade` runs. */
load("grade-worker");
