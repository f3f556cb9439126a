//! The limit: one handler, one statement, JSON made by the database.

use actix_web::App;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::web;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

const ENTRY: &str = "select json_build_object('id', id, 'status', status, 'version', version, \
    'workedOn', worked_on, 'minutes', minutes, 'evidenceLevel', evidence_level)::text \
    from hour_entry where id = $1";
const LIST: &str = "select json_agg(json_build_object('id', e.id, 'minutes', e.minutes, 'workedOn', e.worked_on, \
      'volunteer', json_build_object('displayName', v.name), 'project', json_build_object('title', p.title)))::text \
    from (select * from hour_entry \
      where organization_id = (select id from organization where slug = $1) \
      order by worked_on desc, id desc limit 50) e \
    left join volunteer v on v.id = e.volunteer_id join project p on p.id = e.project_id";

/// Serves until it is killed.
pub fn serve(address: &str, database: &str) {
    let system = actix_web::rt::System::new();
    system.block_on(async {
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .test_before_acquire(false)
            .connect(database)
            .await
            .expect("the database");
        HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(pool.clone()))
                .route("/ready", web::get().to(HttpResponse::Ok))
                .route("/entry/{id}", web::get().to(entry))
                .route("/list/{slug}", web::get().to(list))
        })
        .bind(address)
        .expect("the address")
        .run()
        .await
        .expect("the limit");
    });
}

async fn entry(pool: web::Data<PgPool>, id: web::Path<Uuid>) -> HttpResponse {
    let found = sqlx::query_scalar::<_, String>(ENTRY)
        .bind(*id)
        .fetch_one(&**pool)
        .await;
    answer(found)
}

async fn list(pool: web::Data<PgPool>, slug: web::Path<String>) -> HttpResponse {
    let found = sqlx::query_scalar::<_, String>(LIST)
        .bind(slug.as_str())
        .fetch_one(&**pool)
        .await;
    answer(found)
}

fn answer(found: Result<String, sqlx::Error>) -> HttpResponse {
    match found {
        Ok(json) => HttpResponse::Ok()
            .content_type("application/json")
            .body(json),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}
