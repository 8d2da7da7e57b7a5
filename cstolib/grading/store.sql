-- The columns of learner are those of the roster; late_minutes is null for not late (or no time known) and
-- 0 where the LMS says late and not by how much; changed is 1 when the text is not the one that was marked.
-- Table arrival has the names under which the same bytes came, in their order; submission.file is the last.
CREATE TABLE assignment(assignment TEXT PRIMARY KEY, title TEXT, key_digest TEXT, questions TEXT NOT NULL,
  variants TEXT NOT NULL);
CREATE TABLE learner(learner TEXT PRIMARY KEY, name TEXT, canvas_id TEXT, sis_user_id TEXT, sis_login_id TEXT,
  moodle_id TEXT, email TEXT, idnumber TEXT, blackboard_username TEXT, section TEXT, "group" TEXT,
  extra_minutes REAL NOT NULL DEFAULT 0);
CREATE TABLE submission(id INTEGER PRIMARY KEY, assignment TEXT NOT NULL REFERENCES assignment,
  learner TEXT REFERENCES learner, file TEXT NOT NULL, digest TEXT NOT NULL, received TEXT,
  attempt INTEGER NOT NULL DEFAULT 1, counts INTEGER NOT NULL DEFAULT 0, late_minutes REAL,
  content BLOB NOT NULL, status TEXT, note TEXT NOT NULL DEFAULT '', seconds REAL, graded_with TEXT);
CREATE UNIQUE INDEX once ON submission(assignment, ifnull(learner, ''),
  CASE WHEN learner IS NULL THEN file ELSE '' END, digest, ifnull(received, ''));
CREATE TABLE arrival(id INTEGER PRIMARY KEY, file TEXT NOT NULL,
  submission INTEGER NOT NULL REFERENCES submission ON DELETE CASCADE, UNIQUE(file, submission));
CREATE TABLE answer(submission INTEGER NOT NULL REFERENCES submission, question TEXT NOT NULL,
  status TEXT NOT NULL, share REAL, points REAL, possible REAL NOT NULL, message TEXT, misconception TEXT,
  given TEXT, written TEXT, changed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(submission, question));
CREATE TABLE mark(submission INTEGER NOT NULL REFERENCES submission, question TEXT NOT NULL,
  criterion TEXT NOT NULL, level INTEGER CHECK(level BETWEEN 1 AND 4), comment TEXT NOT NULL DEFAULT '',
  marker TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, PRIMARY KEY(submission, question, criterion));
