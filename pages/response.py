from pages.shared import session, show

show.header("Response", session.view())
