from pages.shared import session, show

show.header("Overview", session.view())
