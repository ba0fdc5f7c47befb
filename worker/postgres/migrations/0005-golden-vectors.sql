-- What the GPU host's TEI makes of some fixed sentences, by model: a stand-in for it has to make the same.
CREATE TABLE golden_vectors (
  model text NOT NULL,
  sentence text NOT NULL,
  -- Model and revision as the server told them.
  revision text NOT NULL,
  vector float4[] NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model, sentence)
);
