from pages.shared import session, show

show.header("Benchmarks", session.view())
