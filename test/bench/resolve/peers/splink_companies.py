"""Splink on a CSV of companies: IN OUT. A settings file as one would write it by hand for such records, trained as its
authors advise (prior from strict rules, u from random pairs, m by EM in two sessions). Writes id and one column of
clusters per threshold."""
import logging
import sys

import duckdb
import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.disable(logging.WARNING)
source, target = sys.argv[1], sys.argv[2]
forms = r"\b(inc|incorporated|llc|ltd|limited|corp|corporation|co|company|plc|llp|gmbh)\b"
frame = pd.read_csv(source, dtype=str, keep_default_na=False)
for column in ["website", "phone", "street", "city", "state", "zip", "email"]:
    if column not in frame:
        frame[column] = ""
    frame[column] = frame[column].str.lower().str.strip()
plain = frame["name"].str.lower().str.replace(r"[^\w\s]", " ", regex=True)
frame["name"] = plain.str.replace(forms, " ", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()
frame["domain"] = frame["website"].str.replace(r"^https?://", "", regex=True).str.replace(r"^www\.", "", regex=True).str.replace(r"/.*$", "", regex=True)
frame["phone"] = frame["phone"].str.replace(r"\D", "", regex=True).str[-10:]
frame["number"] = frame["street"].str.extract(r"(\d+)", expand=False).fillna("")
frame = frame.rename(columns={"id": "unique_id"}).replace("", None)
used = ["unique_id", "name", "domain", "phone", "street", "number", "city", "zip"]
# a column that is empty in the whole file cannot be trained
known = {c for c in used if frame[c].notna().any()}

comparisons = [cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True)]
if "domain" in known:
    comparisons.append(cl.ExactMatch("domain").configure(term_frequency_adjustments=True))
if "phone" in known:
    comparisons.append(cl.LevenshteinAtThresholds("phone", [1]))
if "street" in known:
    comparisons.append(cl.JaroWinklerAtThresholds("street", [0.95, 0.85]))
if "city" in known:
    comparisons.append(cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True))
if "zip" in known:
    comparisons.append(cl.ExactMatch("zip").configure(term_frequency_adjustments=True))
rules = [block_on("name"), block_on("substr(name, 1, 4)", "city")]
rules += [block_on(c) for c in ["domain", "phone"] if c in known]
rules += [block_on("number", "substr(street, 1, 12)")] if "street" in known else []
rules += [block_on("substr(name, 1, 4)", "zip")] if "zip" in known else []

api = DuckDBAPI(connection=duckdb.connect())
settings = SettingsCreator(link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules)
linker = Linker(api.register(frame[used]), settings, log_level=None)
strict = [block_on("name", c) for c in ["phone", "street", "domain"] if c in known] or [block_on("name")]
linker.training.estimate_probability_two_random_records_match(strict, recall=0.7)
linker.training.estimate_u_using_random_sampling(max_pairs=5e6)
# the second session is the first of these columns whose values agree anywhere; without pairs a session trains nothing
for sessions in [["name"], [c for c in ["phone", "domain", "street"] if c in known]]:
    for column in sessions:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
            break
        except Exception as error:
            print(f"session {column}: {error}", file=sys.stderr)
thresholds = [0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 0.9999]
edges = linker.inference.predict(threshold_match_probability=min(thresholds))
result = frame[["unique_id"]].copy()
for threshold in thresholds:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(edges, threshold_match_probability=threshold)
    table = api._con.sql(f"select unique_id, cluster_id as t{str(threshold).replace('.', '_')} from {found.physical_name}").df()
    result = result.merge(table, on="unique_id", how="left")
result.rename(columns={"unique_id": "id"}).to_csv(target, index=False)
